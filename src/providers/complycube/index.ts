export { ComplyCubeAdapter } from './complycube.adapter.js';
