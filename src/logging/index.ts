export { PinoLogger, rootLogger } from './pino-logger.service.js';
export { requestLog } from './request-log.js';
