export default {
  input: '../../../openapi/openapi.json',
  output: { path: 'client', importFileExtension: '.js' },
};
