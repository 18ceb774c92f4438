/** Where class-transformer keeps what its decorators say; it is read to know that they say nothing of a field. */
declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
