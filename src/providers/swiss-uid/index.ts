export { SwissUidAdapter } from './swiss-uid.adapter.js';
