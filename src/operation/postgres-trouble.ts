/** Why a connection fails, by the code of Postgres, the system or TLS. */
export const POSTGRES_TROUBLE: Record<string, { why: string; mend: string }> = {
  ECONNREFUSED: { why: 'nothing answers there', mend: 'Start Postgres, or mend host and port.' },
  ENOTFOUND: { why: 'nobody knows that host', mend: 'Mend the host.' },
  EAI_AGAIN: { why: 'the name of the host could not be looked up', mend: 'Mend the host, or the DNS.' },
  ENOENT: { why: 'there is no socket', mend: 'Start Postgres, or mend the socket directory.' },
  EHOSTUNREACH: { why: 'there is no way to that host', mend: 'Mend the host, or the network.' },
  ETIMEDOUT: { why: 'it does not answer', mend: 'Mend host and port, or the firewall between.' },
  '28P01': { why: 'the password is wrong', mend: 'Mend the password; write its special signs as %XX.' },
  '28000': {
    why: 'Postgres does not let this user in',
    mend: 'Create the user, or let it in from here (pg_hba.conf).',
  },
  '3D000': { why: 'there is no such database', mend: 'Create it: createdb, with encoding UTF8.' },
  '42501': {
    why: 'its user may not do what Kept needs',
    mend: 'Give it the rights that docs/operation.md names, under Postgres.',
  },
  '53300': { why: 'it has no connection left', mend: 'Raise max_connections, or close what is idle.' },
  '57P03': { why: 'it is starting up or shutting down', mend: 'Wait a moment, then look again.' },
  ...Object.fromEntries(
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ].map((code) => [
      code,
      {
        why: `its certificate is not trusted (${code})`,
        mend: 'Name its authority with NODE_EXTRA_CA_CERTS.',
      },
    ]),
  ),
};
