import { Injectable, type PipeTransform } from '@nestjs/common';
import { ValidationError } from '../../errors/index.js';
import { fieldFault, parseUuid } from '../../input/index.js';

/** The id of a path: a UUID in lower case, or a 400. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const id = parseUuid(value);
    if (id === null) throw new ValidationError([fieldFault(['id'], 'INVALID_FORMAT', 'must be a UUID.')]);
    return id;
  }
}
