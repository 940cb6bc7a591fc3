/** What a check of a setup found; the doctor shows it. `mend` says what to do about it; what is well needs nothing. */
export type Finding =
  | { state: 'ok'; says: string }
  | { state: 'warning' | 'wrong'; says: string; mend: string };

export function ok(says: string): Finding {
  return { state: 'ok', says };
}

/** Kept runs, but not as one would expect. */
export function warning(says: string, mend: string): Finding {
  return { state: 'warning', says, mend };
}

/** Kept doesn't start like this, or doesn't do its work. */
export function wrong(says: string, mend: string): Finding {
  return { state: 'wrong', says, mend };
}

/** What is wrong when nothing answers at an address of ours that a chat platform calls. `code`: Node's or fetch's. */
export function noAnswer(url: string, code: string, platform: 'Slack' | 'Teams'): Finding {
  switch (code) {
    case 'ECONNREFUSED':
      return warning(`Nothing answers at ${url}.`, 'Start Kept, and what stands before it; then look again.');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return wrong(`Nobody knows the host of ${url} (${code}).`, 'Mend PUBLIC_URL, or the DNS.');
    case 'TimeoutError':
      return wrong(`${url} did not answer within 5 seconds.`, 'Mend PUBLIC_URL, or the firewall between.');
    default:
      return wrong(
        `${url} can’t be reached (${code}).`,
        `See that its certificate is valid and sent with its whole chain: ${platform} takes no other.`,
      );
  }
}
