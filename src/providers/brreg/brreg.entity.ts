import { z } from 'zod';

const text = z.string().nullish();
const flag = z.boolean().nullish();
const address = z.object({ postnummer: text }).nullish();

/**
 * An entity (`GET /enheter/{orgnr}`) or a sub-entity (`GET /underenheter/{orgnr}`), as far as it is read. All but the number may be missing: of
 * a deleted one little more is left than the day.
 */
export const brregEntity = z.object({
  organisasjonsnummer: z.string(),
  respons_klasse: text,
  navn: text,
  organisasjonsform: z.object({ kode: text }).nullish(),
  overordnetEnhet: text,
  forretningsadresse: address,
  beliggenhetsadresse: address,
  postadresse: address,
  registreringsdatoEnhetsregisteret: text,
  registrertIMvaregisteret: flag,
  registrertIForetaksregisteret: flag,
  konkurs: flag,
  underAvvikling: flag,
  underTvangsavviklingEllerTvangsopplosning: flag,
  underRekonstruksjonsforhandlingDato: text,
  underUtenlandskInsolvensbehandlingDato: text,
  nedleggelsesdato: text,
  slettedato: text,
});

/** What is read of an entity. */
export type BrregEntity = z.output<typeof brregEntity>;

/** What is answered with 410 of an entity that was taken out of the open data. */
export const removedEntity = z.object({ organisasjonsnummer: z.string(), slettedato: text });

/** What is answered with 400: which values were not taken. */
export const brregRejection = z.object({
  status: z.literal(400),
  valideringsfeil: z.array(z.object({ feilaktigVerdi: z.string() })).min(1),
});
