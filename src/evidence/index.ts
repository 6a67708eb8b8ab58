export { EvidenceItem } from './evidence-item.entity.js';
export { EvidenceRepository } from './evidence.repository.js';
export { EVIDENCE_KEYS, evidenceInserts, evidenceValueCount } from './evidence.statements.js';
export type { Evidence, EvidenceKey, KeptInput, NewEvidence } from './evidence.repository.js';
