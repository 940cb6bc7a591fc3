import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type RawBuilder,
  type Transaction,
} from 'kysely';

/** Statements that answer with no rows, of which several may go in one message with the `begin` before them. */
const ANSWERS_NOTHING = /^\s*set local /iu;

/** Those that `executeLast` executes. */
const last = new WeakSet<CompiledQuery>();

type Connection = DatabaseConnection & {
  ofDriver: DatabaseConnection;
  /** The statement with which a transaction will begin; null when it has, or outside of one. */
  toBegin: string | null;
  isReading: boolean;
  /** Whether Postgres was told of a begin, and not yet of an end. */
  isOpen: boolean;
  /** Whether the last statement of a transaction has taken its end with it, of which nobody told us yet. */
  isOver: boolean;
  /** What was sent and is not waited for: its error is that of the next statement, or of the commit. */
  underWay: Promise<unknown> | null;
};

/**
 * That dialect, with transactions that wait for no answer that says nothing. One begins at its first statement; a
 * `set local`, as all of ours begin, goes in one message with the `begin`, and what comes after a `set local` goes
 * without waiting for it: Postgres takes messages in order, and does nothing more of a transaction that has failed.
 * A transaction that only reads (`setAccessMode('read only')`) doesn't wait for its commit. One without statements
 * never begins.
 */
export function beginLate(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => driverOf(dialect.createDriver()),
  };
}

function driverOf(driver: Driver): Driver {
  const known = new WeakMap<DatabaseConnection, Connection>();
  const connectionOf = (of: DatabaseConnection): Connection => {
    const found = known.get(of);
    if (found === undefined) throw new Error('A connection that is not of this driver');
    return found;
  };

  async function commit(connection: Connection): Promise<void> {
    if (!close(connection)) return;
    const ended = driver.commitTransaction(connection.ofDriver);
    // What was read is true already. A connection that is lost now is said to be by the pool, which drops it.
    if (connection.isReading && connection.underWay === null) ended.catch(() => undefined);
    else await inTurn(connection, ended);
  }

  async function rollback(connection: Connection): Promise<void> {
    connection.underWay = null;
    // It fails where the connection is lost, and the transaction with it: why that is, is said by what failed before.
    if (close(connection)) await driver.rollbackTransaction(connection.ofDriver).catch(() => undefined);
  }

  return {
    init: () => driver.init(),
    acquireConnection: async () => {
      const connection = connect(await driver.acquireConnection());
      known.set(connection, connection);
      return connection;
    },
    beginTransaction: (of, { isolationLevel, accessMode }) => {
      const connection = connectionOf(of);
      connection.isReading = accessMode === 'read only';
      if (isolationLevel !== undefined) {
        connection.isOpen = true;
        return driver.beginTransaction(connection.ofDriver, {
          isolationLevel,
          ...(accessMode && { accessMode }),
        });
      }
      connection.toBegin = accessMode === undefined ? 'begin' : `begin ${accessMode}`;
      return Promise.resolve();
    },
    commitTransaction: (of) => commit(connectionOf(of)),
    rollbackTransaction: (of) => rollback(connectionOf(of)),
    releaseConnection: (of) => driver.releaseConnection(connectionOf(of).ofDriver),
    destroy: () => driver.destroy(),
  };
}

function connect(ofDriver: DatabaseConnection): Connection {
  const connection: Connection = {
    ofDriver,
    toBegin: null,
    isReading: false,
    isOpen: false,
    isOver: false,
    underWay: null,
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      if (connection.isOver) throw new Error('This transaction has ended with the statement before');
      const { toBegin } = connection;
      connection.toBegin = null;
      connection.isOpen ||= toBegin !== null;
      if (connection.isOpen && query.parameters.length === 0 && ANSWERS_NOTHING.test(query.sql)) {
        const sent = toBegin === null ? query : { ...query, sql: `${toBegin}; ${query.sql}` };
        goesOn(connection, ofDriver.executeQuery(sent));
        return { rows: [] };
      }
      if (toBegin !== null) goesOn(connection, ofDriver.executeQuery(CompiledQuery.raw(toBegin)));
      const answer = ofDriver.executeQuery<R>(query);
      if (!last.has(query)) return inTurn(connection, answer);
      connection.isOpen = false;
      connection.isOver = true;
      const ended = ofDriver.executeQuery(CompiledQuery.raw('commit'));
      ended.catch(() => undefined);
      const answered = await inTurn(connection, answer);
      await ended;
      return answered;
    },
    streamQuery: (query, chunkSize) => ofDriver.streamQuery(query, chunkSize),
  };
  return connection;
}

/**
 * Executes the last statement of a transaction, which is committed in the same breath: one way to the database and
 * back where two would be. What comes after it in the same transaction throws.
 */
export function executeLast<R, Tables>(
  tx: Transaction<Tables>,
  statement: RawBuilder<R>,
): Promise<QueryResult<R>> {
  const query = statement.compile(tx);
  last.add(query);
  return tx.executeQuery(query);
}

/** Ends a transaction for this side; false when it never began. */
function close(connection: Connection): boolean {
  const { isOpen } = connection;
  connection.toBegin = null;
  connection.isOpen = false;
  connection.isOver = false;
  return isOpen;
}

/** Sends without waiting. */
function goesOn(connection: Connection, sent: Promise<unknown>): void {
  connection.underWay = Promise.all([connection.underWay, sent]);
  connection.underWay.catch(() => undefined);
}

/** The answer of what was sent last; or the error of what went before it, of which its own is but an echo. */
async function inTurn<T>(connection: Connection, answer: Promise<T>): Promise<T> {
  const { underWay } = connection;
  connection.underWay = null;
  answer.catch(() => undefined);
  await underWay;
  return answer;
}
