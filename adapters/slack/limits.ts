/**
 * What Slack takes at most, in characters unless named otherwise; counted here in UTF-16 units, which are never
 * fewer. From https://docs.slack.dev/reference/block-kit and `reference/views`, but for `messageText`.
 */
export const LIMIT = {
  messageBlocks: 50,
  viewBlocks: 100,
  viewBytes: 250_000,
  /**
   * All text of a message's blocks. Undocumented: `msg_blocks_too_long` was seen from 11,341 on
   * (https://github.com/slackapi/bolt-js/issues/2867), so there is room to spare.
   */
  messageText: 8_000,
  /** The fallback `text` of a message. */
  text: 4_000,
  sectionText: 3_000,
  contextText: 2_000,
  contextElements: 10,
  actions: 25,
  headerText: 150,
  buttonText: 75,
  buttonValue: 2_000,
  buttonUrl: 3_000,
  options: 100,
  radioOptions: 10,
  optionText: 75,
  optionValue: 150,
  modalWords: 24,
  metadata: 3_000,
  label: 2_000,
  placeholder: 150,
  inputValue: 3_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
} as const;
