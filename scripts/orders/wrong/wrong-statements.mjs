import { VerificationsStatements as Rightly } from '../../../dist/src/verifications/store/verifications.statements.js';

/** Statements that neither lock a row nor ask whether it is still the one that was read. */
export class VerificationsStatements extends Rightly {
  lock() {
    return without(super.lock(), ' for update');
  }

  apply(shape) {
    return without(super.apply(shape), ' and version = $4::integer');
  }
}

function without({ name, text }, condition) {
  if (!text.includes(condition)) throw new Error(`${name} does not say${condition}`);
  return { name, text: text.replace(condition, '') };
}
