import { checkRedisUrl } from '../jobs/redis-check.ts';
import { checkSlackOf, checkTeamsOf } from './chat-check.ts';
import { examine, isWell, reportOf } from './operation/doctor.ts';

const { env, versions } = process;
const asks = { askRedis: checkRedisUrl, askSlack: checkSlackOf, askTeams: checkTeamsOf };
const results = await examine({ env, nodeVersion: versions.node, ...asks });
process.stdout.write(reportOf(results, env));
process.exitCode = isWell(results) ? 0 : 1;
