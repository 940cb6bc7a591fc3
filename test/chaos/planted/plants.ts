/**
 * A fault to be planted: in `file`, `find` (which stands there once) becomes `put`. `caughtBy` are vitest's
 * arguments for the tests that must turn red, and are green without it.
 */
export type Plant = {
  name: string;
  harm: string;
  file: string;
  find: string;
  put: string;
  caughtBy: readonly string[];
};

const integration = (...files: string[]) => [
  '--project',
  'integration',
  ...files.map((file) => `test/integration/${file}.test.ts`),
];

const outboxRows = 'for (const message of decision.messages) {';

export const plants: readonly Plant[] = [
  {
    name: 'an outbox row is dropped',
    harm: 'the state says that somebody was told, and nobody was',
    file: 'src/store/case-writes.ts',
    find: outboxRows,
    put: outboxRows.replace(
      'decision.messages',
      "decision.messages.filter((one) => one.op !== 'post' || one.say.what !== 'at risk')",
    ),
    caughtBy: integration('promise-loop'),
  },
  {
    name: 'a bell inside the transaction',
    harm: 'who is rung for looks before there is anything to see',
    file: 'src/app/act.ts',
    find: `    const toRing = await tx.commit([commitOf(locked, decision, policy, now)]);
`,
    put: `    const toRing = await tx.commit([commitOf(locked, decision, policy, now)]);
    await ring(deps, toRing);
`,
    caughtBy: integration('after-commit'),
  },
  {
    name: 'a send inside the transaction',
    harm: 'a slow platform holds the database, and what was sent may be rolled back',
    file: 'src/app/deliver-due.ts',
    find: 'const outcomes = await sendLane({ ...deps, triedInDoubt }, lane, posts, claimedAt + BEGIN_MS);',
    put: `const [first] = lane;
      const outcomes = first ? await deps.store.transact(first.workspaceId, async (tx) => {
        // A transaction begins with its first statement.
        await tx.readCase(first.caseId);
        return sendLane({ ...deps, triedInDoubt }, lane, posts, claimedAt + BEGIN_MS);
      }) : [];`,
    caughtBy: integration('after-commit'),
  },
  {
    name: 'a dedupe key off by one',
    harm: 'the second holder’s call counts as the first one’s, and is never sent',
    file: 'src/domain/escalate.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    find: "{ kind: 'member', memberId: called }, `${name}/${call}`, what);",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    put: "{ kind: 'member', memberId: called }, `${name}/${Math.max(1, call - 1)}`, what);",
    caughtBy: integration('promise-loop'),
  },
  {
    name: 'a query without workspace',
    harm: 'one workspace reads or changes what is another’s',
    file: 'src/store/store.ts',
    find: `.deleteFrom('kept.received')
        .where('workspace_id', '=', workspaceId)`,
    put: ".deleteFrom('kept.received')",
    caughtBy: integration('tenants-queries'),
  },
];
