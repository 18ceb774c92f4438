/* What all areas of staff use of Element Plus, and dialogs and drawers beside, which only this one has. */
import 'element-plus/theme-chalk/el-dialog.css';
import 'element-plus/theme-chalk/el-drawer.css';
import 'element-plus/theme-chalk/el-overlay.css';
import './dialogs.css';

export * from '../shared/staff/elements';
export { ElDialog } from 'element-plus/es/components/dialog/index.mjs';
export { ElDrawer } from 'element-plus/es/components/drawer/index.mjs';
