export { WatchmanAdapter } from './watchman.adapter.js';
