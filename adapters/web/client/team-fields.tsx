import { useEffect, useState } from 'react';
import type { Country } from '../wire.ts';
import { getCountries, getRegions, sentenceOf } from './api.ts';
import { SetupField } from './setup-field.tsx';
import { currencyOf, type TeamDraft } from './team-draft.ts';

type Props = {
  draft: TeamDraft;
  errorOf: (path: string) => string | null;
  change: (part: Partial<TeamDraft>) => void;
  onProblem: (sentence: string) => void;
};

/** What is asked of a team as a whole. */
export function TeamFields({ draft, errorOf, change, onProblem }: Props) {
  const [countries, regions] = usePlaces(draft.country, onProblem);
  return (
    <>
      <datalist id="zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </datalist>
      <div className="team-fields">
        <SetupField label="Name of the team" error={errorOf('name')} className="wide">
          {(control) => (
            <input {...control} value={draft.name} onChange={(e) => change({ name: e.target.value })} />
          )}
        </SetupField>
        <SetupField label="Time zone" error={errorOf('zone')}>
          {(control) => (
            <input
              {...control}
              list="zones"
              value={draft.zone}
              onChange={(e) => change({ zone: e.target.value })}
            />
          )}
        </SetupField>
        <SetupField label="Public holidays of" error={errorOf('country')}>
          {(control) => (
            <select
              {...control}
              value={draft.country}
              onChange={(e) => {
                const country = e.target.value;
                change({ country, region: '', currency: currencyOf(country) });
              }}
            >
              <option value="">no country</option>
              {countries.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </SetupField>
        {regions.length > 0 && (
          <SetupField label="Region" error={errorOf('region')}>
            {(control) => (
              <select {...control} value={draft.region} onChange={(e) => change({ region: e.target.value })}>
                <option value="">the whole country</option>
                {regions.map(({ code, name }) => (
                  <option key={code} value={code}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </SetupField>
        )}
        <SetupField label="Currency" error={errorOf('currency')}>
          {(control) => (
            <input
              {...control}
              size={4}
              value={draft.currency}
              onChange={(e) => change({ currency: e.target.value })}
            />
          )}
        </SetupField>
      </div>
    </>
  );
}

/** The countries, and the regions of the chosen one. */
function usePlaces(
  country: string,
  onProblem: (sentence: string) => void,
): [readonly Country[], readonly Country[]] {
  const [countries, setCountries] = useState<readonly Country[]>([]);
  const [regions, setRegions] = useState<readonly Country[]>([]);
  useEffect(() => {
    getCountries().then(setCountries, (error: unknown) => onProblem(sentenceOf(error)));
  }, [onProblem]);
  useEffect(() => {
    let stale = false;
    const take = (found: readonly Country[]) => {
      if (!stale) setRegions(found);
    };
    if (country === '') take([]);
    else getRegions(country).then(take, (error: unknown) => onProblem(sentenceOf(error)));
    return () => {
      stale = true;
    };
  }, [country, onProblem]);
  return [countries, regions];
}
