import { CompiledQuery, type DatabaseConnection, type Dialect, type Driver } from 'kysely';

/** Statements that answer with no rows, of which several may go in one message with the `begin` before them. */
const ANSWERS_NOTHING = /^\s*set local /iu;

type Connection = DatabaseConnection & { ofDriver: DatabaseConnection; isToBegin: boolean };

/**
 * That dialect, with a transaction that begins at its first statement: a `set local`, as all of ours begin, goes in one
 * message with the `begin`, so that no transaction waits for one round trip more. One without statements never begins.
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
  const ended = (connection: Connection, end: (of: DatabaseConnection) => Promise<void>) => {
    const { isToBegin } = connection;
    connection.isToBegin = false;
    return isToBegin ? Promise.resolve() : end(connection.ofDriver);
  };
  return {
    init: () => driver.init(),
    acquireConnection: async () => {
      const ofDriver = await driver.acquireConnection();
      const connection = connect(ofDriver);
      known.set(connection, connection);
      return connection;
    },
    beginTransaction: (of, settings) => {
      const connection = connectionOf(of);
      if (settings.isolationLevel !== undefined || settings.accessMode !== undefined) {
        return driver.beginTransaction(connection.ofDriver, settings);
      }
      connection.isToBegin = true;
      return Promise.resolve();
    },
    commitTransaction: (of) => ended(connectionOf(of), (it) => driver.commitTransaction(it)),
    rollbackTransaction: (of) => ended(connectionOf(of), (it) => driver.rollbackTransaction(it)),
    releaseConnection: (of) => driver.releaseConnection(connectionOf(of).ofDriver),
    destroy: () => driver.destroy(),
  };
}

function connect(ofDriver: DatabaseConnection): Connection {
  const connection: Connection = {
    ofDriver,
    isToBegin: false,
    executeQuery: async (query) => {
      if (!connection.isToBegin) return ofDriver.executeQuery(query);
      connection.isToBegin = false;
      if (query.parameters.length === 0 && ANSWERS_NOTHING.test(query.sql)) {
        return ofDriver.executeQuery({ ...query, sql: `begin; ${query.sql}` });
      }
      try {
        await ofDriver.executeQuery(CompiledQuery.raw('begin'));
      } catch (error) {
        // Nothing has begun: a rollback would only put an error of its own in the place of this one.
        connection.isToBegin = true;
        throw error;
      }
      return ofDriver.executeQuery(query);
    },
    streamQuery: (query, chunkSize) => ofDriver.streamQuery(query, chunkSize),
  };
  return connection;
}
