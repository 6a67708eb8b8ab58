export { CustomerDirectory, DIRECTORY_DEADLINE_MS, DirectoryFault } from './customer-directory.js';
export type { DirectoryFaultCode } from './customer-directory.js';
export { CUSTOMER_FIELDS, faultsOfFields } from './customer-fields.js';
export type { GivenFields } from './customer-fields.js';
export { CustomerLookUps } from './customer-look-ups.js';
export { CUSTOMER_ID_SLOT, faultOfToken, faultOfUrl, HttpCustomerDirectory } from './http-customer-directory.js';
export type { CustomersApi } from './http-customer-directory.js';
export { completeInput, judgeInput } from './subject-input.js';
export type { CompleteInput } from './subject-input.js';
