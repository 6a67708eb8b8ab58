export { type AnsweredRequest, type AnswerHeaders, sendJson } from './json-answer.js';
