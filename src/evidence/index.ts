export { EvidenceItem } from './evidence-item.entity.js';
export { evidenceInserts, EvidenceRepository, evidenceValueCount } from './evidence.repository.js';
export type { Evidence, EvidenceKey, NewEvidence } from './evidence.repository.js';
