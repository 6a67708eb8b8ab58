import type { JsonObject } from '../../../src/platform/json.js';
import { playVendor, type PlayedVendor, type Reply, type Route } from '../played-vendor.js';

/** What of a company or a site a test decides. */
export interface SireneEntry {
  readonly state?: string;
  /** States of periods that are over, newest first. */
  readonly past?: readonly string[];
  /** Whether periods come with the oldest first. */
  readonly backwards?: true;
  readonly diffusion?: string;
  /** The state of the company of a site; null: it is not said. */
  readonly company?: string | null;
  /** The number that the answer is about, where it is about another. */
  readonly digits?: string;
}

/** The register on loopback, by both services: what it holds is put there. It has no contract to be held to, so it refuses itself what it does not know. */
export interface SireneVendor extends PlayedVendor {
  put(digits: string, entry?: SireneEntry): void;
  /** Has the search find that many others besides. */
  crowd(count: number): void;
}

/** Starts a register that holds nothing. */
export async function startSireneVendor(key: string): Promise<SireneVendor> {
  const entries = new Map<string, SireneEntry>();
  let others = 0;
  const keyed = (pattern: RegExp, show: (digits: string, entry: SireneEntry) => JsonObject): Route => {
    return ({ headers }, { digits = '' }) => {
      // The gateway's own words: it knows nothing of the register.
      if (headers['x-insee-api-key-integration'] !== key)
        return { status: 401, body: { message: 'Unauthorized', http_status_code: 401 } };
      if (!pattern.test(digits)) return headed(400, 'Erreur de syntaxe');
      const entry = entries.get(digits);
      return entry ? headed(200, 'ok', show(entry.digits ?? digits, entry)) : headed(404, 'Aucun élément trouvé');
    };
  };
  const vendor = await playVendor({
    routes: {
      'GET /siren/:digits': keyed(/^\d{9}$/, (siren, entry) => ({ uniteLegale: company(siren, entry) })),
      'GET /siret/:digits': keyed(/^\d{14}$/, (siret, entry) => ({ etablissement: site(siret, entry) })),
      'GET /search': ({ query, headers }) => {
        const q = query.get('q') ?? '';
        if ([...query.keys()].join() !== 'q' || 'x-insee-api-key-integration' in headers)
          return { status: 400, body: { erreur: 'Veuillez indiquer au moins un paramètre de recherche.' } };
        const entry = entries.get(q);
        const found = entry ? [{ ...listed(entry.digits ?? q), etat_administratif: entry.state ?? 'A' }] : [];
        const rest = Array.from({ length: others }, (_, index) => listed(String(100_000_000 + index)));
        return { status: 200, body: { results: [...rest, ...found], total_results: rest.length + found.length } };
      },
    },
  });
  return {
    ...vendor,
    put: (digits, entry = {}) => void entries.set(digits, entry),
    crowd: (count) => (others = count),
  };
}

function headed(statut: number, message: string, body: JsonObject = {}): Reply {
  return { status: statut, body: { header: { statut, message }, ...body } };
}

function periods({ state = 'A', past = [], backwards }: SireneEntry, field: string): JsonObject[] {
  const all = [state, ...past].map((one, index) => ({
    dateFin: index === 0 ? null : `${String(2026 - index)}-06-30`,
    dateDebut: `${String(2025 - index)}-07-01`,
    [field]: one,
    denominationUniteLegale: 'Canary-Vent du Nord',
  }));
  return backwards ? all.reverse() : all;
}

function company(siren: string, entry: SireneEntry): JsonObject {
  return {
    siren,
    statutDiffusionUniteLegale: entry.diffusion ?? 'O',
    prenom1UniteLegale: 'Canary-Erika',
    periodesUniteLegale: periods(entry, 'etatAdministratifUniteLegale'),
  };
}

function site(siret: string, entry: SireneEntry): JsonObject {
  const { company: state = 'A' } = entry;
  return {
    siren: siret.slice(0, 9),
    siret,
    statutDiffusionEtablissement: entry.diffusion ?? 'O',
    ...(state !== null && { uniteLegale: { etatAdministratifUniteLegale: state, prenom1UniteLegale: 'Canary-Erika' } }),
    periodesEtablissement: periods(entry, 'etatAdministratifEtablissement'),
  };
}

function listed(siren: string): JsonObject {
  return { siren, nom_complet: 'Canary-Vent du Nord', etat_administratif: 'C', siege: { adresse: 'Canary-Quai 1' } };
}
