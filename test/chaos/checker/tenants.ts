import type { Recording } from './recording.ts';
import type { Finding } from './verdict.ts';

/** Whatever an end was given may speak of its own workspace alone. */
export function mixedUp({ tenants, arrivals, shown }: Recording): Finding[] {
  const findings: Finding[] = [];
  const all = [...arrivals, ...shown];
  for (const { connection, marker } of tenants) {
    for (const { at, connection: where, payload } of all) {
      if (where !== connection && payload.includes(marker)) {
        const from = payload.indexOf(marker);
        findings.push({
          verdict: 'wrong tenant',
          what: `${where} was shown something of ${connection}’s`,
          connection: where,
          caseId: null,
          about: marker,
          at,
          details: { payload: payload.slice(Math.max(0, from - 200), from + 200) },
        });
      }
    }
  }
  return findings;
}
