import { ibanFormat } from './account/iban-format.js';
import { companyNumberFormat } from './business/company-number-format.js';
import { einFormat } from './business/ein-format.js';
import { leiFormat } from './business/lei-format.js';
import { vatFormat } from './business/vat-format.js';
import type { OfflineCheck } from './offline-check.js';
import { age } from './person/age.js';
import { mrz } from './person/mrz.js';

/** Every kind of check. The first of a verification type is its default. A new kind is a file and a line here. */
export const OFFLINE_CHECKS: readonly OfflineCheck[] = [
  vatFormat,
  leiFormat,
  einFormat,
  companyNumberFormat,
  ibanFormat,
  mrz,
  age,
];
