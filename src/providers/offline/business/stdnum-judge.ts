import type { Validator } from 'stdnum';
import type { Judgement } from '../identifier.js';

/** Judges a compact number whose form is known to be right. */
export type Judge = (number: string) => Judgement;

/**
 * A judge by one of stdnum's validators. Only `InvalidChecksum` counts against the number: with the form already checked by
 * our own tables, the library's other faults mean that it knows fewer ranges or forms than are being issued.
 */
export function byStdnum(validator: Validator | undefined): Judge {
  if (validator === undefined) throw new Error('stdnum lacks a validator');
  return (number) => {
    const result = validator.validate(number);
    if (result.isValid) return { found: 'ok' };
    const code = result.error.name;
    return { found: code === 'InvalidChecksum' ? 'checksum' : 'doubtful', code };
  };
}

/** A judge that never fails a number: what `judge` calls wrong becomes doubtful. */
export function doubting(judge: Judge): Judge {
  return (number) => {
    const judgement = judge(number);
    return judgement.found === 'ok' ? judgement : { ...judgement, found: 'doubtful' };
  };
}
