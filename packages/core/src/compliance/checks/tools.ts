import content from './content.ts';
import structured from './structured-content.ts';
import schemas from './tool-schemas.ts';
import call from './tools-call.ts';
import list from './tools-list.ts';
import unicode from './unicode.ts';

/** All about tools: listed first, then called. */
export default [...list, ...schemas, ...call, ...structured, ...content, ...unicode];
