import type { GraphNode } from '../../lib/workflow/graph.js';

/** The DAGs that an engine of this kind has to run; those of Rails Tasker's own tests. */
export const SHAPES = {
  dummy: [step('step-one'), step('step-two'), step('step-three', 'step-two'), step('step-four', 'step-three')],
  linear: [
    step('initialize_data'),
    step('validate_input', 'initialize_data'),
    step('process_data', 'validate_input'),
    step('transform_results', 'process_data'),
    step('validate_output', 'transform_results'),
    step('finalize_workflow', 'validate_output'),
  ],
  diamond: [
    step('start_workflow'),
    step('branch_one_process', 'start_workflow'),
    step('branch_two_process', 'start_workflow'),
    step('branch_one_validate', 'branch_one_process'),
    step('branch_two_validate', 'branch_two_process'),
    step('merge_branches', 'branch_one_validate', 'branch_two_validate'),
    step('end_workflow', 'merge_branches'),
  ],
  parallelMerge: [
    step('fetch_user_data'),
    step('fetch_order_data'),
    step('fetch_inventory_data'),
    step('fetch_pricing_data'),
    step('process_user_data', 'fetch_user_data'),
    step('process_order_data', 'fetch_order_data'),
    step('merge_all_data', 'process_user_data', 'process_order_data', 'fetch_inventory_data', 'fetch_pricing_data'),
  ],
  tree: [
    step('root_initialization'),
    step('branch_a_setup', 'root_initialization'),
    step('branch_b_setup', 'root_initialization'),
    step('branch_a_task_one', 'branch_a_setup'),
    step('branch_a_task_two', 'branch_a_setup'),
    step('branch_b_task_one', 'branch_b_setup'),
    step('branch_b_task_two', 'branch_b_setup'),
    step('aggregate_results', 'branch_a_task_one', 'branch_a_task_two', 'branch_b_task_one', 'branch_b_task_two'),
  ],
  mixed: [
    step('init_auth'),
    step('init_config'),
    step('validate_permissions', 'init_auth'),
    step('setup_environment', 'init_config'),
    step('begin_processing', 'validate_permissions', 'setup_environment'),
    step('process_critical_data', 'begin_processing'),
    step('process_optional_data', 'begin_processing'),
    step('cleanup_temp_files', 'setup_environment'),
    step('finalize_and_report', 'process_critical_data', 'cleanup_temp_files'),
  ],
  apiIntegration: [
    step('fetch_cart'),
    step('fetch_products'),
    step('validate_products', 'fetch_products', 'fetch_cart'),
    step('create_order', 'validate_products'),
    step('publish_event', 'create_order'),
  ],
} as const satisfies Record<string, readonly GraphNode[]>;

export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

/** `layers` rows of `width` steps, each step depending on every step of the row before. */
export function layered(layers: number, width: number): readonly GraphNode[] {
  const row = (layer: number): string[] => Array.from({ length: width }, (_, index) => `layer_${layer}_step_${index}`);
  return Array.from({ length: layers }, (_, layer) =>
    row(layer).map((name) => step(name, ...(layer === 0 ? [] : row(layer - 1)))),
  ).flat();
}

function step(name: string, ...dependsOn: readonly string[]): GraphNode {
  return { name, dependsOn };
}
