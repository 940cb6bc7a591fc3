import type { Instant } from '../../src/domain/instant.ts';
import type { Absence } from '../../src/domain/people.ts';

/** A status in Slack. `expiration` in epoch seconds, 0 for one that stays until it is changed. */
export type Status = { emoji: string; text: string; expiration: number };

const list = (...lines: string[]): string[] => lines.flatMap((line) => line.split(', '));

/** Emojis that say by themselves that somebody isn't at work. Of Slack's own suggestions, two are here. */
const AWAY_EMOJIS: ReadonlySet<string> = new Set(
  list(
    'palm_tree, desert_island, beach_with_umbrella, umbrella_on_ground, island, camping',
    'airplane, airplane_departure, small_airplane, luggage',
    'face_with_thermometer, thermometer, mask, face_with_head_bandage, sneezing_face, hospital',
    'no_entry, no_entry_sign, ooo, pto, vacation, holiday, sick',
  ),
);

/** By language, words that say so. Whole words, whatever their case. */
const AWAY_WORDS: Readonly<Record<string, readonly string[]>> = {
  en: list(
    'ooo, pto, out of office, out of the office, on leave, annual leave, sick leave, parental leave',
    'maternity leave, paternity leave, family leave, bereavement leave, sabbatical, vacation, vacationing',
    'holiday, holidays, day off, days off, time off, off today, sick, ill, away until, away till',
    'not working today',
  ),
  de: list(
    'urlaub, krank, krankgeschrieben, elternzeit, mutterschutz, abwesend, nicht im büro, feiertag',
    'freier tag, heute frei, ferien, sonderurlaub, resturlaub',
  ),
  fr: list(
    'vacances, congé, congés, malade, arrêt maladie, absent, absente, hors du bureau, jour férié, rtt',
  ),
  es: list(
    'vacaciones, de baja, baja médica, enfermo, enferma, fuera de la oficina, ausente, festivo',
    'permiso parental',
  ),
  pt: list('férias, doente, fora do escritório, ausente, licença, feriado, de folga'),
  it: list('ferie, vacanza, malattia, malato, malata, fuori ufficio, assente, congedo'),
  nl: list('vakantie, ziek, afwezig, verlof, ouderschapsverlof, vrije dag'),
  nordic: list('på semester, sjuk, föräldraledig, ferie, syk, syg, permisjon, barsel, lomalla'),
  pl: list('urlop, urlopie, chory, chora, zwolnienie lekarskie, nieobecny, nieobecna'),
};

/** The same where words aren't set apart. */
const AWAY_SIGNS = list(
  '休暇, 休み, 有給, 病欠, 不在, 育休, 産休, 休假, 请假, 病假, 年假, 产假, 度假, 휴가, 병가, 부재, 육아휴직',
);

/** At work, though not at the desk: it stands against the emoji, and is taken out before words are looked for. */
const HERE_WORDS = list(
  'lunch, meeting, meetings, on a call, in a call, interview, workshop, training, coffee, commuting, remote',
  'remotely, working from, wfh, focus, focusing, focus time, deep work, brb, back soon',
  'mittag, mittagspause, besprechung, termin, homeoffice, home office, déjeuner, réunion, télétravail',
  'almuerzo, reunión, teletrabajo, almoço, reunião, pranzo, riunione, vergadering, thuiswerken',
  'möte, møde, spotkanie',
);
const HERE_SIGNS = list('昼休み, 会議, 在宅, 午休, 会议, 점심, 회의, 재택');

/** Away, but not now. */
const NOT_NOW = list(
  'back from, next week, next month, tomorrow, starting, nächste woche, ab morgen, zurück aus',
  'de retour, semaine prochaine, próxima semana, de vuelta, settimana prossima',
);

const away = pattern(Object.values(AWAY_WORDS).flat(), AWAY_SIGNS);
const here = pattern(HERE_WORDS, HERE_SIGNS);
const notNow = pattern(NOT_NOW, []);

/**
 * What a status says of being away: from now, or from when it began to say so (`before`), until it ends by itself
 * or, with null, until it is changed. Null for every other status. Words count before the emoji.
 */
export function awayStatus(status: Status, now: Instant, before: Absence | null): Absence | null {
  const until = status.expiration > 0 ? status.expiration * 1_000 : null;
  if ((until !== null && until <= now) || !saysAway(status)) {
    return null;
  }
  const goesOn = before !== null && before.from <= now && (before.until === null || now < before.until);
  return { from: goesOn ? before.from : now, until };
}

function saysAway({ emoji, text }: Status): boolean {
  const words = text.normalize('NFC');
  if (words.search(notNow) !== -1) {
    return false;
  }
  const rest = words.replaceAll(here, ' ');
  if (rest.search(away) !== -1) {
    return true;
  }
  return rest === words && AWAY_EMOJIS.has(emoji.replaceAll(':', '').toLowerCase());
}

/** Matches whole words, which letters and digits bound, or signs anywhere. */
function pattern(words: readonly string[], signs: readonly string[]): RegExp {
  const whole = String.raw`(?<![\p{L}\p{N}])(?:${words.join('|')})(?![\p{L}\p{N}])`;
  return new RegExp([whole, ...signs].join('|'), 'giu');
}
