import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { askAdvisories } from './advisories.ts';
import { EXCEPTIONS, listed } from './licences.ts';
import { makeSbom } from './sbom.ts';

/*
 * What Kept is made of: every package of production with its licence, known advisories, and a bill of materials.
 *   tsx test/supply/supply.ts [--sbom kept.cdx.json] [--offline]
 * Ends with 0 when all is well, 1 for a licence that isn't let in or a known advisory, 2 when nobody could be asked for
 * advisories (`--offline` doesn't ask).
 */
const { values } = parseArgs({
  options: { sbom: { type: 'string' }, offline: { type: 'boolean', default: false } },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

const sbom = makeSbom();
const all = sbom.components.map(listed);
for (const { name, version, licence, verdict } of all) {
  const why =
    verdict === 'excepted'
      ? ` (let in: ${EXCEPTIONS[name]?.why})`
      : verdict === 'outside'
        ? ' (NOT LET IN)'
        : '';
  say(`${name} ${version}  ${licence}${why}`);
}
const outside = all.filter(({ verdict }) => verdict === 'outside');
say(`\n${all.length} packages in production, ${outside.length} under a licence that isn’t let in.`);
if (values.sbom !== undefined) {
  writeFileSync(values.sbom, `${JSON.stringify(sbom, null, 2)}\n`);
  say(`The bill of materials is in ${values.sbom}, ${sbom.serialNumber}.`);
}

const advisories = values.offline ? null : askAdvisories();
if (advisories?.are === 'known') {
  for (const { name, severity, range } of advisories.found) {
    say(`${severity}: ${name} ${range}`);
  }
  say(`${advisories.found.length} of them have known advisories.`);
} else {
  say(`NOT KNOWN whether there are advisories: ${advisories === null ? 'nobody was asked' : advisories.why}`);
}
const isBad = outside.length > 0 || (advisories?.are === 'known' && advisories.found.length > 0);
process.exitCode = isBad ? 1 : advisories?.are === 'unknown' ? 2 : 0;
