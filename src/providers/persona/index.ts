export { PersonaAdapter } from './persona.adapter.js';
