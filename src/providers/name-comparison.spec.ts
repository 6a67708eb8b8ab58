import fc from 'fast-check';
import { compareCompanyNames, type NameMatch } from './name-comparison.js';

describe('two names are the same', () => {
  it.each([
    ['letter by letter', 'Northwind Traders GmbH', 'Northwind Traders GmbH'],
    ['but for letter case', 'northwind traders', 'NORTHWIND Traders'],
    ['but for white space', '  Northwind\t Traders\u00a0', 'Northwind Traders'],
    ['but for a space', 'North Wind', 'Northwind'],
    ['but for punctuation', 'North-Wind (UK), "Traders"', 'North Wind UK Traders'],
    ['but for dots in a name', 'J. P. Morgan', 'J.P. Morgan'],
    ['but for dots in another', 'Booking.com B.V.', 'Booking com BV'],
    ['but for apostrophes', 'McDonald’s', "McDonald's"],
    ['but for a space before a figure', 'Studio 54', 'Studio54'],
    ['but for a point behind a figure', 'Fonds Nr. 1.', 'Fonds Nr 1'],
    ['without an apostrophe', 'Sainsbury’s', 'Sainsburys'],
    ['but for quotation marks', 'UAB „Šiaurė“', 'Siaure UAB'],
    ['but for an article', 'The Northwind Company Limited', 'Northwind Company Ltd'],
    ['with full-width letters', 'Ｎorthwind', 'Northwind'],
  ])('%s', (_name, one, other) => {
    expect(bothWays(one, other)).toEqual(['same', 'same']);
  });

  it.each([
    ['no form', 'Northwind', 'Northwind Limited'],
    ['Ltd', 'Northwind Ltd', 'NORTHWIND LIMITED'],
    ['PLC', 'Northwind plc', 'Northwind Public Limited Company'],
    ['LLP', 'Northwind LLP', 'Northwind Limited Liability Partnership'],
    ['CIC', 'Northwind C.I.C.', 'NORTHWIND COMMUNITY INTEREST COMPANY'],
    ['Welsh', 'Gogledd Cyf', 'GOGLEDD CYFYNGEDIG'],
    ['Co Ltd', 'Northwind Co., Ltd.', 'Northwind'],
    ['Inc', 'Northwind, Inc.', 'Northwind Incorporated'],
    ['GmbH', 'Northwind GmbH', 'Northwind Gesellschaft mit beschränkter Haftung'],
    ['GmbH, spelt out', 'Northwind GmbH', 'Northwind Gesellschaft mit beschraenkter Haftung'],
    ['GmbH & Co. KG', 'Northwind GmbH & Co. KG', 'Northwind GmbH und Co KG'],
    ['GmbH & Co. KG left out', 'Northwind', 'Northwind GmbH & Co. KG'],
    ['UG', 'Northwind UG (haftungsbeschränkt)', 'Northwind UG'],
    ['S.A.', 'Northwind S.A.', 'Northwind SA'],
    ['S. A. R. L.', 'Northwind S. à r. l.', 'Northwind SARL'],
    ['S.p.A.', 'Northwind S.p.A.', 'Northwind SpA'],
    ['A/S', 'Northwind A/S', 'Northwind AS'],
    ['ApS', 'Northwind ApS', 'Northwind Anpartsselskab'],
    ['AB before', 'AB Volvo', 'Volvo AB'],
    ['Oy', 'Pohjoistuuli Oy', 'Pohjoistuuli Osakeyhtiö'],
    ['OÜ', 'OÜ Põhjatuul', 'Põhjatuul'],
    ['Sp. z o.o.', 'Northwind Sp. z o.o.', 'Northwind'],
    ['Sp. z o. o.', 'Northwind Sp. z o. o.', 'Northwind sp zoo'],
    ['spółka', 'Northwind Spółka z ograniczoną odpowiedzialnością', 'NORTHWIND SPÓŁKA Z O.O.'],
    ['Spółka z o. o.', 'Northwind Spółka z o. o.', 'Northwind'],
    ['Sp. z o.o. Sp.k.', 'Northwind Sp. z o.o. Sp.k.', 'Northwind Sp. z o.o. spółka komandytowa'],
    ['s. r. o.', 'Northwind, s. r. o.', 'Northwind spol. s r.o.'],
    ['another form', 'Northwind AS', 'Northwind Ltd'],
  ])('but for the legal form: %s', (_name, one, other) => {
    expect(bothWays(one, other)).toEqual(['same', 'same']);
  });

  it.each([
    ['French', 'Société Générale', 'Societe Generale'],
    ['Czech', 'Škoda', 'Skoda'],
    ['composed otherwise', 'Cafe\u0301', 'Caf\u00e9'],
    ['German, by the base letter', 'Müller Söhne', 'Muller Sohne'],
    ['German, spelt out', 'Müller Söhne', 'Mueller Soehne'],
    ['German, in capitals', 'MÜLLER STRAẞE', 'Mueller Strasse'],
    ['German sharp s', 'Groß', 'GROSS'],
    ['Norwegian, by the base letter', 'Brønnøysund Ål', 'Bronnoysund Al'],
    ['Norwegian, spelt out', 'BRØNNØYSUND ÅL', 'Broennoeysund Aal'],
    ['Norwegian with decomposed letters', 'Bla\u030aba\u0308r', 'Blåbär'],
    ['Norwegian, decomposed and spelt out', 'Bla\u030aba\u0308r', 'Blaabaer'],
    ['Danish', 'Kjær Smørrebrød', 'Kjaer Smoerrebroed'],
    ['Icelandic', 'Þór Garðar ehf.', 'Thor Gardar'],
    ['Polish', 'Łódź Źródło', 'LODZ ZRODLO'],
    ['Croatian', 'Đuro', 'Duro'],
    ['Turkish', 'ışık', 'ISIK'],
    ['Greek', 'ΒΟΡΡΑΣ', 'βορράσ'],
    ['Cyrillic', 'ООО «Север»', 'ооо север'],
  ])('but for letters: %s', (_name, one, other) => {
    expect(bothWays(one, other)).toEqual(['same', 'same']);
  });

  it.each([
    ['spelt out', 'Smith & Sons', 'Smith and Sons'],
    ['German', 'Müller & Söhne', 'Müller und Söhne'],
    ['Norwegian', 'Hansen & Sønn', 'Hansen og Sønn'],
    ['without spaces', 'Marks&Spencer', 'Marks & Spencer'],
  ])('but for the ampersand: %s', (_name, one, other) => {
    expect(bothWays(one, other)).toEqual(['same', 'same']);
  });
});

describe('two names are different', () => {
  it.each([
    ['by a word', 'Northwind Traders', 'Southwind Traders'],
    ['by a word more', 'Northwind', 'Northwind Holding Ltd'],
    ['by a letter', 'Northwind', 'Northwing'],
    ['by a number', 'Northwind 1 Ltd', 'Northwind 2 Ltd'],
    ['by figures', 'Northwind Fund 1 2', 'Northwind Fund 12'],
    ['by a decimal point', 'Northwind Fund 1.2', 'Northwind Fund 12'],
    ['by the order', 'Traders Northwind', 'Northwind Traders'],
    ['by partners', 'Smith & Co', 'Smith Ltd'],
    ['in another script', 'Sever', 'Север'],
    ['by a vowel sign', 'कि', 'का'],
    ['where one is empty', '', 'Northwind'],
    ['where both are empty', '', ''],
    ['where both are punctuation', ' - ', '“”'],
    ['where one is a form alone', 'Ltd', 'Northwind Ltd'],
    ['where both are forms alone', 'Ltd', 'GmbH'],
    ['where one is the article alone', 'The', 'Northwind'],
  ])('%s', (_name, one, other) => {
    expect(bothWays(one, other)).toEqual(['different', 'different']);
  });
});

it('a name that is a form alone is the same as itself', () => {
  expect([compareCompanyNames('SE', 'SE AG'), compareCompanyNames('Limited', 'LIMITED')]).toEqual(['same', 'same']);
});

describe('for any names', () => {
  const names = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

  it('the order does not matter', () => {
    fc.assert(
      fc.property(names, names, (one, other) => compareCompanyNames(one, other) === compareCompanyNames(other, one)),
    );
  });

  it('one with a letter or digit is the same as itself', () => {
    fc.assert(fc.property(names, (name) => !/[a-z0-9]/i.test(name) || compareCompanyNames(name, name) === 'same'));
  });
});

function bothWays(one: string, other: string): NameMatch[] {
  return [compareCompanyNames(one, other), compareCompanyNames(other, one)];
}
