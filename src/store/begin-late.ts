import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type RawBuilder,
  type Transaction,
} from 'kysely';

/** Statements that answer with no rows, of which several may go in one message. */
const ANSWERS_NOTHING = /^\s*set local /iu;
/** Statements that change nothing, whoever carries them out. */
const READS = /^\s*select\b/iu;

/** Those that `executeLast` executes. */
const last = new WeakSet<CompiledQuery>();

type Connection = DatabaseConnection & {
  ofDriver: DatabaseConnection;
  /** The transaction that is under way; null outside of one. */
  under: Under | null;
};

type Under = {
  /** What goes before the next statement: the begin, and settings. */
  before: string[];
  isReading: boolean;
  /** Whether Postgres was told of its begin, and not yet of its end. */
  isOpen: boolean;
  isOver: boolean;
};

/**
 * That dialect, with transactions that wait for no answer that says nothing. One begins with its first statement; a
 * `set local`, as all of ours begin, goes in one message with the `begin`, and a `select` goes after it without
 * waiting: Postgres takes messages in order, and does nothing more of a transaction that has failed. What writes waits
 * for the begin, for one that is cancelled before it began leaves no transaction to fail. One without statements never
 * begins.
 *
 * A transaction that only reads (`setAccessMode('read only')`) is one of its own for each statement, settings
 * included, whose end nobody waits for: as read committed has it, each of them sees what stands when it begins anyway.
 */
export function beginLate(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => driverOf(dialect.createDriver()),
  };
}

/**
 * Executes the last statement of a transaction, which is committed in the same breath: one way to the database and
 * back where two would be. What comes after it in the same transaction throws. Its parameters are texts, numbers or
 * lists of them: one that can't be written down would be found out after the commit is on its way.
 */
export function executeLast<R, Tables>(
  tx: Transaction<Tables>,
  statement: RawBuilder<R>,
): Promise<QueryResult<R>> {
  const query = statement.compile(tx);
  if (!query.parameters.every(isPlain))
    throw new TypeError('The last statement takes texts, numbers and lists');
  last.add(query);
  return tx.executeQuery(query);
}

function driverOf(driver: Driver): Driver {
  const known = new WeakMap<DatabaseConnection, Connection>();
  const connectionOf = (of: DatabaseConnection): Connection => {
    const found = known.get(of);
    if (found === undefined) throw new Error('A connection that is not of this driver');
    return found;
  };
  const leave = (connection: Connection): boolean => {
    const isOpen = connection.under?.isOpen ?? false;
    connection.under = null;
    return isOpen;
  };
  return {
    init: () => driver.init(),
    acquireConnection: async () => {
      const connection = connect(await driver.acquireConnection());
      known.set(connection, connection);
      return connection;
    },
    beginTransaction: async (of, settings) => {
      const { isolationLevel, accessMode } = settings;
      const connection = connectionOf(of);
      const isLate = isolationLevel === undefined;
      if (!isLate) await driver.beginTransaction(connection.ofDriver, settings);
      connection.under = {
        before: isLate ? [accessMode === undefined ? 'begin' : `begin ${accessMode}`] : [],
        isReading: isLate && accessMode === 'read only',
        isOpen: !isLate,
        isOver: false,
      };
    },
    commitTransaction: async (of) => {
      const connection = connectionOf(of);
      if (leave(connection)) await driver.commitTransaction(connection.ofDriver);
    },
    rollbackTransaction: async (of) => {
      const connection = connectionOf(of);
      // It fails where the connection is lost, and the transaction with it: why, is said by what failed before.
      if (leave(connection)) await driver.rollbackTransaction(connection.ofDriver).catch(() => undefined);
    },
    releaseConnection: (of) => driver.releaseConnection(connectionOf(of).ofDriver),
    destroy: () => driver.destroy(),
  };
}

function connect(ofDriver: DatabaseConnection): Connection {
  const connection: Connection = {
    ofDriver,
    under: null,
    executeQuery: async (query) => {
      const { under } = connection;
      if (under === null) return ofDriver.executeQuery(query);
      if (under.isOver) throw new Error('This transaction has ended with the statement before');
      if (query.parameters.length === 0 && ANSWERS_NOTHING.test(query.sql)) {
        under.before.push(query.sql);
        return { rows: [] };
      }
      return executeWithin(ofDriver, under, query);
    },
    streamQuery: (query, chunkSize) => ofDriver.streamQuery(query, chunkSize),
  };
  return connection;
}

async function executeWithin<R>(
  ofDriver: DatabaseConnection,
  under: Under,
  query: CompiledQuery,
): Promise<QueryResult<R>> {
  const send = (text: string): Promise<unknown> => heard(ofDriver.executeQuery(CompiledQuery.raw(text)));
  const isLast = last.has(query);
  const before = under.before.length === 0 ? null : send(under.before.join('; '));
  if (!under.isReading && !under.isOpen && !READS.test(query.sql)) {
    under.before = [];
    under.isOpen = true;
    await before;
  }
  const answer = heard(ofDriver.executeQuery<R>(query));
  const end = under.isReading || isLast ? send('commit') : null;
  if (!under.isReading) {
    under.before = [];
    under.isOpen = end === null;
    under.isOver = isLast;
  }
  try {
    // First the error of what went first: that of the statement is but its echo.
    await before;
    const answered = await answer;
    // What was read is true already. A connection that is lost now is said to be by the pool, which drops it.
    if (!under.isReading) await end;
    return answered;
  } catch (error) {
    // By then it is known whether the connection is lost, and nobody else is given it.
    await end?.catch(() => undefined);
    throw error;
  }
}

/** Whether it is written down as it is, which can't fail: a text, a number, or a list of such. */
export function isPlain(parameter: unknown): boolean {
  return Array.isArray(parameter)
    ? parameter.every(isPlain)
    : parameter === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof parameter);
}

/** Its error is heard where it is waited for, and where nobody does, it ends nothing. */
function heard<T>(sent: Promise<T>): Promise<T> {
  sent.catch(() => undefined);
  return sent;
}
