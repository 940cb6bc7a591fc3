import type { Told } from './told.ts';

const WITHIN_MS = 1_000;
const REMEMBERED = 1_000;

/**
 * Presses of one button by one person, close to one another. Their key has the second they fall into, which the
 * inbox knows in every process; two clicks on both sides of its end are told apart here.
 */
export function createDoubleClicks() {
  const pressed = new Map<string, number>();
  return {
    /** Whether it is the second click of a press that was heard; if not, the next one will be. */
    isSecond: (told: Told): boolean => {
      if (told.kind !== 'action' || told.pressedAt === null) {
        return false;
      }
      const button = told.key.slice(0, told.key.lastIndexOf('/'));
      const before = pressed.get(button);
      if (
        before !== undefined &&
        before !== told.pressedAt &&
        Math.abs(told.pressedAt - before) < WITHIN_MS
      ) {
        return true;
      }
      if (pressed.size >= REMEMBERED) {
        pressed.clear();
      }
      pressed.set(button, told.pressedAt);
      return false;
    },
    /** It wasn't taken: the next click is as good as this one. */
    forget: (told: Told): void => {
      pressed.delete(told.key.slice(0, told.key.lastIndexOf('/')));
    },
  };
}
