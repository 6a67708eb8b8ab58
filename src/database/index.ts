export { databaseTime, databaseTimeOrNull } from './database-time.js';
export { createDataSource } from './data-source.js';
export type { DataSourceSettings } from './data-source.js';
export { Database, sqlState } from './database.js';
export type { DatabaseOptions } from './database.js';
export type { SqlRow, SqlValue, Statement } from './statement.js';
export type { TenantScope } from './tenancy.js';
export type { Transaction } from './transaction.js';
