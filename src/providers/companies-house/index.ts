export { CompaniesHouseAdapter } from './companies-house.adapter.js';
