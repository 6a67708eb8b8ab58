import { z } from 'zod';

const text = z.string().nullish();
/** Periods come newest first; the one that goes on has no end. */
const periods = <Shape extends z.ZodRawShape>(shape: Shape) => z.array(z.object({ dateFin: text, ...shape })).min(1);

/** The part that every answer of INSEE's has, refusals too. */
export const inseeHeader = z.object({ header: z.object({ statut: z.int() }) });

/** `GET /siren/{siren}` of INSEE's, as far as it is read. */
export const inseeCompany = z.object({
  uniteLegale: z.object({
    siren: z.string(),
    statutDiffusionUniteLegale: text,
    periodesUniteLegale: periods({ etatAdministratifUniteLegale: z.string() }),
  }),
});

/** `GET /siret/{siret}` of INSEE's, as far as it is read. */
export const inseeSite = z.object({
  etablissement: z.object({
    siret: z.string(),
    statutDiffusionEtablissement: text,
    uniteLegale: z.object({ etatAdministratifUniteLegale: text }).nullish(),
    periodesEtablissement: periods({ etatAdministratifEtablissement: z.string() }),
  }),
});

/** `GET /search` of the open search, as far as it is read. A full-text search: what it finds need not be what was asked for. */
export const searchAnswer = z.object({
  results: z.array(z.object({ siren: z.string(), etat_administratif: text })),
  total_results: z.int().min(0),
});
