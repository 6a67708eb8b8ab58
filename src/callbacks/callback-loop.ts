import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { Clock } from '../platform/clock.js';
import { DueRows, Leases, Waker, WorkLoop } from '../work/index.js';
import { CallbackTarget } from './callback-target.js';
import { InboxWork } from './inbox-work.js';
import { InboxRepository } from './inbox.repository.js';
import { INBOX_DUE } from './inbox.statements.js';

/** The loop that hears what waits in the inbox. */
@Injectable()
export class CallbackLoop extends WorkLoop {
  constructor(database: Database, inbox: InboxRepository, target: CallbackTarget, clock: Clock, waker: Waker) {
    const rows = new DueRows(database, INBOX_DUE);
    const work = new InboxWork(inbox, target, rows, clock);
    super({ rows, leases: new Leases(rows), work, clock, waker });
  }
}
