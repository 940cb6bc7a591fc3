import { atMost, isRecord, type Row, records, textFaults, type Walk, wordsOf } from './slack-text-limits.ts';

/** What is wrong with an interactive element. */
export function elementFaults(walk: Walk, element: Row, at: string): void {
  const type = wordsOf(element['type']);
  const id = element['action_id'];
  const where = `${at}, ${type}`;
  if (typeof id !== 'string') walk.faults.push(`${where}: no action_id`);
  else walk.actionIds.set(id, (walk.actionIds.get(id) ?? 0) + 1);
  const { placeholder, confirm } = element;
  if (placeholder !== undefined) textFaults(walk, placeholder, `${where}, placeholder`, 150, 'plain_text');
  if (confirm !== undefined) confirmFaults(walk, confirm, where);
  switch (type) {
    case 'button':
      textFaults(walk, element['text'], where, 75, 'plain_text');
      atMost(walk, `${where}, value`, wordsOf(element['value']).length, 2_000);
      atMost(walk, `${where}, url`, wordsOf(element['url']).length, 3_000);
      atMost(walk, `${where}, accessibility_label`, wordsOf(element['accessibility_label']).length, 75);
      if (element['url'] !== undefined && !/^https?:\/\//.test(wordsOf(element['url']))) {
        walk.faults.push(`${where}: a link that is none`);
      }
      break;
    case 'plain_text_input':
      atMost(walk, `${where}, initial_value`, wordsOf(element['initial_value']).length, 3_000);
      atMost(walk, `${where}, max_length`, Number(element['max_length'] ?? 0), 3_000);
      break;
    case 'static_select':
      optionFaults(walk, element, where, 100);
      break;
    case 'radio_buttons':
      optionFaults(walk, element, where, 10);
      break;
    case 'external_select':
      if (isRecord(element['initial_option'])) oneOption(walk, element['initial_option'], where);
      break;
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
      break;
    case 'datetimepicker': {
      const at = element['initial_date_time'];
      if (at !== undefined && !/^\d{10}$/.test(wordsOf(at)))
        walk.faults.push(`${where}: a time of no ten digits`);
      break;
    }
    default:
      walk.faults.push(`${at}: unknown type ${type}`);
  }
}

function optionFaults(walk: Walk, element: Row, where: string, most: number): void {
  const options = records(element['options']);
  if (options.length === 0) walk.faults.push(`${where}, options: none`);
  atMost(walk, `${where}, options`, options.length, most);
  options.forEach((option) => oneOption(walk, option, where));
  const initial = element['initial_option'];
  const isOne = options.some((option) => JSON.stringify(option) === JSON.stringify(initial));
  if (initial !== undefined && !isOne)
    walk.faults.push(`${where}: the initial option is none of the options`);
}

function oneOption(walk: Walk, option: Row, where: string): void {
  textFaults(walk, option['text'], `${where}, option`, 75, 'plain_text');
  atMost(walk, `${where}, option value`, wordsOf(option['value']).length, 150);
  if (!option['value']) walk.faults.push(`${where}: an option without a value`);
}

function confirmFaults(walk: Walk, confirm: unknown, where: string): void {
  if (!isRecord(confirm)) return;
  textFaults(walk, confirm['title'], `${where}, confirm title`, 100, 'plain_text');
  textFaults(walk, confirm['text'], `${where}, confirm text`, 300);
  textFaults(walk, confirm['confirm'], `${where}, confirm`, 30, 'plain_text');
  textFaults(walk, confirm['deny'], `${where}, deny`, 30, 'plain_text');
}
