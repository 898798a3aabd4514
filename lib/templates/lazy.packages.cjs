/** Packages that take long to load, which a process without templates never does. Only `require` is lazy without a promise. */
exports.ajv = () => require('ajv');
exports.ajv2020 = () => require('ajv/dist/2020.js');
exports.ajvFormats = () => require('ajv-formats');
exports.yaml = () => require('yaml');
