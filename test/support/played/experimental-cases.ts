import { answering } from '../scripted-vendor.js';
import type { ProviderCase } from './provider-case.js';

const ENTITY = { verificationType: 'business_entity' } as const;

/** The checks of the experimental providers. */
export const EXPERIMENTAL_CASES: readonly ProviderCase[] = [
  {
    ...{ provider: 'swiss_uid', ...ENTITY, checkType: 'company_register', away: 'provider_unavailable' },
    passes: {
      input: { uid: 'CHE-116.281.710 MWST', company_name: 'Nordwind & Söhne' },
      arrange: ({ swiss_uid }) => {
        swiss_uid.put('116281710');
      },
      ...{ reason: 'register_active', reference: /^CHE116281710$/, until: 365 },
      payload: {
        ...{ register_status: '3', vat_status: '2', commercial_register_status: '2', legal_form: '0106' },
        name_match: 'same',
      },
    },
    fails: { input: { uid: 'CHE-107.787.577' }, reason: 'company_not_found' },
    later: {
      arrange: ({ swiss_uid }) => {
        swiss_uid.put('116281710', { status: '5' });
      },
      said: ['failed', 'company_removed'],
    },
    review: {
      input: { uid: 'CHE-116.281.710' },
      arrange: ({ swiss_uid }) => {
        swiss_uid.put('116281710', { status: '1' });
      },
      reason: 'register_status_unclear',
    },
  },
  {
    ...{ provider: 'sirene', ...ENTITY, checkType: 'company_register', away: 'provider_unavailable' },
    passes: {
      input: { siren: '732 829 320' },
      arrange: ({ sirene }) => {
        sirene.put('732829320');
      },
      ...{ reason: 'register_active', reference: /^732829320$/, until: 365 },
      payload: { administrative_status: 'A', diffusion_status: 'O' },
    },
    fails: { input: { siren: '552032534' }, reason: 'company_not_found' },
    later: {
      arrange: ({ sirene }) => {
        sirene.put('732829320', { state: 'C' });
      },
      said: ['failed', 'company_dissolved'],
    },
    review: {
      input: { siren: '732829320' },
      arrange: ({ sirene }) => {
        sirene.misbehave(answering(403, { header: { statut: 403, message: 'Accès interdit' } }));
      },
      reason: 'register_status_unclear',
    },
  },
];
