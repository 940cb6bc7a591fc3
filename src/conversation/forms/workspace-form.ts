import { changeWorkspace } from '../../app/members.ts';
import type { Field, Values } from '../form.ts';
import { words } from '../words.ts';
import { type Filled, type FormContext, isComplete } from './context.ts';
import { field, line } from './fields.ts';
import { placeLine, readPlace, readZone } from './place-line.ts';
import { quietLine, readQuiet, readWeek, weekLine } from './week-line.ts';

const w = words.form.workspace;

/** *Settings*: currency, zone, holidays, working and quiet hours, and the channel for the team's own talk. */
export async function workspaceForm(context: FormContext, values: Values): Promise<Filled> {
  const { team, place, deps, who, nonce } = context;
  const { workspace } = team;
  const currency = read(
    line(values, { name: 'currency', label: w.currency, hint: w.currencyHint }, workspace.currency),
    readCurrency,
    w.wrong.currency,
  );
  const zone = read(
    line(values, { name: 'zone', label: w.zone, hint: w.zoneHint }, workspace.zone),
    readZone,
    w.wrong.zone,
  );
  const country = line(
    values,
    { name: 'country', label: w.country, hint: w.countryHint, required: false },
    placeLine(workspace),
  );
  const found = readPlace(country.value);
  const week = read(
    line(values, { name: 'week', label: w.week, hint: w.weekHint }, weekLine(workspace.week)),
    readWeek,
    w.wrong.week,
  );
  const quiet = read(
    line(values, { name: 'quiet', label: w.quiet, hint: w.quietHint }, quietLine(workspace.quiet)),
    readQuiet,
    w.wrong.quiet,
  );
  const home = field(
    values,
    { name: 'home', label: w.home, hint: w.homeHint, required: false },
    { kind: 'channel' },
    workspace.homeChannels[place.connection] ?? '',
  );
  const fields = [
    currency.field,
    zone.field,
    found.ok ? country : { ...country, error: w.wrong.country(found.near.join('; ')) },
    week.field,
    quiet.field,
    home,
  ];
  const run = () =>
    changeWorkspace(
      deps,
      who,
      ({ homeChannels }) => ({
        ...(found.ok ? found.place : {}),
        ...(currency.value === null ? {} : { currency: currency.value }),
        ...(zone.value === null ? {} : { zone: zone.value }),
        ...(week.value === null ? {} : { week: week.value }),
        ...(quiet.value === null ? {} : { quiet: quiet.value }),
        homeChannels: withHome(homeChannels, place.connection, home.value.trim()),
      }),
      nonce,
    );
  const base = { title: w.title, submit: w.submit, intro: [], notes: [] };
  return { ...base, fields, run: isComplete(fields) ? run : null };
}

/** A field with what its words mean, or what is wrong with them; blank ones are said to be missing already. */
function read<T>(typed: Field, reader: (words: string) => T | null, wrong: string) {
  const value = reader(typed.value);
  const error = typed.error ?? (value === null ? wrong : null);
  return { field: { ...typed, error }, value };
}

function readCurrency(words: string): string | null {
  const code = words.trim().toUpperCase();
  return Intl.supportedValuesOf('currency').includes(code) ? code : null;
}

function withHome(before: Record<string, string>, connection: string, channel: string) {
  const { [connection]: _before, ...others } = before;
  return channel === '' ? others : { ...others, [connection]: channel };
}
