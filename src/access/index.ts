export { ApiKeyContextSource } from './api-key.context-source.js';
export { ApiKey } from './api-key.entity.js';
export { newApiKey, presentedKey } from './api-key.js';
export { ApiKeysRepository } from './api-keys.repository.js';
