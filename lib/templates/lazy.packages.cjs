/**
 * Packages that take long to load, and that a process without templates does not need. Only `require` can load lazily
 * without a promise.
 */
exports.ajv = () => require('ajv');
exports.ajv2020 = () => require('ajv/dist/2020.js');
exports.ajvFormats = () => require('ajv-formats');
exports.yaml = () => require('yaml');
exports.jsonPath = () => require('json-p3');
