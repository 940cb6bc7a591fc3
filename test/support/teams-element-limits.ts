import { Pressed } from '../../adapters/teams/meta.ts';
import {
  atMost,
  isRecord,
  markdownFaults,
  plainFaults,
  type Row,
  records,
  runFaults,
  type Walk,
  wordsOf,
} from './teams-text-limits.ts';

/** An element of a card's body, with all in it. */
export function elementFaults(walk: Walk, element: Row, at: string): void {
  const type = wordsOf(element['type']);
  const where = `${at}, ${type}`;
  switch (type) {
    case 'TextBlock':
      markdownFaults(walk, element['text'], where);
      if (element['wrap'] !== true) walk.faults.push(`${where}: it doesn't wrap`);
      break;
    case 'RichTextBlock': {
      const runs = records(element['inlines']);
      if (runs.length === 0) walk.faults.push(`${where}: no runs`);
      for (const run of runs) {
        if (run['type'] !== 'TextRun') walk.faults.push(`${where}: unknown run ${wordsOf(run['type'])}`);
        runFaults(walk, run['text'], where);
        if (isRecord(run['selectAction'])) linkFaults(walk, run['selectAction'], where, walk.links);
      }
      break;
    }
    case 'Container':
      if (records(element['items']).length === 0) walk.faults.push(`${where}: nothing in it`);
      records(element['items']).forEach((item) => elementFaults(walk, item, where));
      break;
    case 'ColumnSet':
      for (const column of records(element['columns'])) {
        if (column['type'] !== 'Column')
          walk.faults.push(`${where}: ${wordsOf(column['type'])} is no column`);
        records(column['items']).forEach((item) => elementFaults(walk, item, where));
      }
      break;
    case 'ActionSet':
      actionsFaults(walk, element['actions'], where);
      break;
    case 'Input.Text':
      inputFaults(walk, element, where);
      atMost(
        walk,
        `${where}, value`,
        wordsOf(element['value']).length,
        Number(element['maxLength'] ?? Infinity),
      );
      break;
    case 'Input.ChoiceSet':
      inputFaults(walk, element, where);
      choiceFaults(walk, element, where);
      break;
    default:
      walk.faults.push(`${at}: unknown type ${type}`);
  }
}

function inputFaults(walk: Walk, input: Row, where: string): void {
  const id = wordsOf(input['id']);
  walk.inputs.set(id, (walk.inputs.get(id) ?? 0) + 1);
  if (!/^(?:f|new|draft)\../s.test(id)) walk.faults.push(`${where}: an id that is none of ours, ${id}`);
  for (const part of ['label', 'placeholder', 'errorMessage']) {
    if (input[part] !== undefined) plainFaults(walk, input[part], `${where}, ${part}`, 250);
  }
  // A client that holds back what isn't filled in would hold back *Check* and *Back* too.
  if (input['isRequired'] === true) walk.faults.push(`${where}: the client is to say what is missing`);
}

function choiceFaults(walk: Walk, input: Row, where: string): void {
  const choices = records(input['choices']);
  const values = choices.map(({ value }) => wordsOf(value));
  if (new Set(values).size < values.length) walk.faults.push(`${where}: a value twice`);
  for (const { title } of choices) {
    plainFaults(walk, title, `${where}, choice`, 100);
    if (input['style'] === 'expanded') markdownFaults(walk, title, `${where}, choice`);
  }
  const { value } = input;
  if (value !== undefined && !values.includes(wordsOf(value))) {
    walk.faults.push(`${where}: what is chosen is none of the choices`);
  }
}

/** Buttons in a row. More than six are hidden by Teams, so they say themselves that they may be. */
export function actionsFaults(walk: Walk, actions: unknown, where: string): void {
  const row = records(actions);
  if (row.length === 0) walk.faults.push(`${where}: no buttons`);
  atMost(walk, `${where}, buttons`, row.filter(({ mode }) => mode !== 'secondary').length, 6);
  row.forEach((action) => actionFaults(walk, action, where));
}

export function actionFaults(walk: Walk, action: Row, at: string): void {
  const type = wordsOf(action['type']);
  const where = `${at}, ${type}`;
  plainFaults(walk, action['title'], `${where}, title`, 40);
  if (action['tooltip'] !== undefined) plainFaults(walk, action['tooltip'], `${where}, tooltip`, 100);
  switch (type) {
    case 'Action.Execute':
      if (walk.host === 'dialog') walk.faults.push(`${where}: in a dialog, which knows Action.Submit alone`);
      executeFaults(walk, action, where);
      break;
    case 'Action.Submit':
      if (walk.host === 'card') walk.faults.push(`${where}: by itself, and not as a fallback`);
      dataFaults(walk, action['data'], where);
      break;
    case 'Action.OpenUrl':
      linkFaults(walk, action, where, ['https://', 'http://']);
      break;
    case 'Action.ShowCard': {
      const card = isRecord(action['card']) ? action['card'] : {};
      records(card['body']).forEach((element) => elementFaults(walk, element, where));
      actionsFaults(walk, card['actions'], where);
      break;
    }
    default:
      walk.faults.push(`${at}: unknown action ${type}`);
  }
}

/** What is carried out by a client of today, and in what is there for one of yesterday. */
export function executeFaults(walk: Walk, action: Row, where: string, isShown = true): void {
  if (wordsOf(action['verb']).trim() === '') walk.faults.push(`${where}: no verb`);
  dataFaults(walk, action['data'], where);
  if (!isShown) return;
  const fallback = isRecord(action['fallback']) ? action['fallback'] : {};
  if (fallback['type'] !== 'Action.Submit') walk.faults.push(`${where}: no Action.Submit to fall back on`);
  else {
    for (const part of ['title', 'data', 'style', 'associatedInputs']) {
      if (JSON.stringify(fallback[part]) !== JSON.stringify(action[part])) {
        walk.faults.push(`${where}: a fallback of another ${part}`);
      }
    }
  }
}

function dataFaults({ faults }: Walk, data: unknown, where: string): void {
  const kept = isRecord(data) ? data['kept'] : undefined;
  if (!Pressed.safeParse(kept).success) faults.push(`${where}: data that we can't read`);
}

function linkFaults({ faults }: Walk, action: Row, where: string, begin: readonly string[]): void {
  const url = wordsOf(action['url']);
  if (action['type'] !== 'Action.OpenUrl') faults.push(`${where}: ${wordsOf(action['type'])} is no link`);
  if (!URL.canParse(url) || !begin.some((start) => url.startsWith(start))) {
    faults.push(`${where}: a link that is none of ours, ${url}`);
  }
}
