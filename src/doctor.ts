import { checkRedisUrl } from '../jobs/redis-check.ts';
import { examine, isWell, reportOf } from './operation/doctor.ts';

const { env, versions } = process;
const results = await examine({ env, nodeVersion: versions.node, askRedis: checkRedisUrl });
process.stdout.write(reportOf(results, env));
process.exitCode = isWell(results) ? 0 : 1;
