import type { CommandRecord } from '../checker/recording.ts';

/** Writes down what people do, in the order in which they do it. */
export function createRecorder() {
  const commands: CommandRecord[] = [];
  return {
    commands,
    record: (command: Omit<CommandRecord, 'id'>): CommandRecord => {
      const written = { ...command, id: commands.length + 1 };
      commands.push(written);
      return written;
    },
  };
}
