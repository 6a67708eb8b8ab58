import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { ValidationError } from '../../errors/index.js';
import { fieldFault, parseUuid, validateBody } from '../../input/index.js';

/** A body that was read strictly becomes an instance of its DTO class, or a 400 that names every fault. */
@Injectable()
export class StrictBodyPipe implements PipeTransform<unknown, object> {
  transform(value: unknown, { metatype }: ArgumentMetadata): object {
    if (!metatype) throw new Error('a body needs a DTO class');
    return validateBody(metatype as new () => object, value);
  }
}

/** The id of a path: a UUID in lower case, or a 400. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const id = parseUuid(value);
    if (id === null) throw new ValidationError([fieldFault(['id'], 'INVALID_FORMAT', 'must be a UUID.')]);
    return id;
  }
}
