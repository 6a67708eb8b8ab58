import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { DueRows, Leases, Waker, WorkLoop } from '../../work/index.js';
import { FollowUps } from './follow-ups.js';

/** The loop that follows verifications up. */
@Injectable()
export class FollowUpLoop extends WorkLoop {
  constructor(rows: DueRows, leases: Leases, work: FollowUps, clock: Clock, waker: Waker) {
    super({ rows, leases, work, clock, waker });
  }
}
