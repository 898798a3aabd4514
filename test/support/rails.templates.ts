/** Templates in the format of Rails Tasker: all of its keys, three environments, API handlers, and what its generators write. */

export const FULFIL_ORDER = `---
# From a paid order to a parcel.
name: fulfil_order
namespace_name: fulfilment
version: "2.3.0"
description: "From a paid order to a parcel at the doorstep"
module_namespace: Fulfilment
task_handler_class: FulfilOrderTask
concurrent: true
default_dependent_system: warehouse
named_steps: [load_order, reserve_stock, screen_fraud, capture_payment, notify_buyer, close_order]
schema:
  type: object
  required: [order_id, lines]
  properties:
    order_id: { type: string, pattern: '\\A[A-Z]+\\d+\\z' }
    lines: { type: array, items: { type: object, required: [sku], properties: { qty: { type: integer, minimum: 0, exclusiveMinimum: true } } } }
    priority: { type: string, enum: [standard, rush], default: standard }
step_templates:
  # The shop is slow on Mondays.
  - name: load_order
    description: Read the order from the shop API
    dependent_system: shop
    handler_class: Fulfilment::StepHandlers::LoadOrderHandler
    default_retryable: true
    default_retry_limit: 4 # the first included
    skippable: false
    handler_config: { type: api, url: "https://shop.example.com/v1", params: { expand: lines },
                      headers: { Accept: application/json }, ssl: { verify: true },
                      enable_exponential_backoff: true, retry_delay: 1.5, jitter_factor: 0.2, timeout_seconds: 20 }
  - name: reserve_stock
    depends_on_step: load_order
    handler_class: Fulfilment::StepHandlers::ReserveStockHandler
    handler_config: { bin_strategy: nearest, hold_minutes: 30 }
    custom_events: [ { name: stock.reserved, description: All lines were reserved }, { name: stock.shortage } ]
  - { name: screen_fraud, depends_on_step: load_order, dependent_system: risk,
      handler_class: "Fulfilment::StepHandlers::ScreenFraudHandler", default_retry_limit: 2 }
  - { name: capture_payment, depends_on_steps: [reserve_stock, screen_fraud], dependent_system: psp,
      handler_class: "Fulfilment::StepHandlers::CapturePaymentHandler", default_retryable: no }
  - { name: notify_buyer, depends_on_step: capture_payment, dependent_system: mailer,
      handler_class: "Fulfilment::StepHandlers::NotifyBuyerHandler", default_retry_limit: 5, skippable: true }
  - name: close_order
    depends_on_step: capture_payment
    depends_on_steps: [capture_payment, notify_buyer]
    handler_class: Fulfilment::StepHandlers::CloseOrderHandler
environments:
  development:
  test:
    default_dependent_system: fake_warehouse
    step_templates:
      - { name: load_order, handler_config: { url: "http://shop.test", params: { dry_run: true }, enable_exponential_backoff: false } }
      - { name: close_order, depends_on_steps: [reserve_stock] }
  production:
    step_templates:
      - { name: notify_buyer, default_retry_limit: 8, handler_config: { timeout_seconds: 90 } }
      - { name: send_survey, handler_class: "Fulfilment::StepHandlers::SendSurveyHandler" }
`;

/** As the generator of task handlers writes it, with the classes of its handlers inside the class of the task. */
export const GENERATED = `name: order_process
module_namespace: OurTask
task_handler_class: OrderProcess
namespace_name: default
version: 0.1.0
default_dependent_system: default_system
named_steps:
  - fetch_data
  - process_data
  - complete_task
schema:
  type: object
  required:
    - input_id
  properties:
    input_id:
      type: integer
step_templates:
  - name: fetch_data
    description: Fetch data from API
    handler_class: OurTask::OrderProcess::FetchDataStepHandler
    handler_config:
      type: api
      url: https://api.example.com/data
      params:
        limit: 100
  - name: process_data
    depends_on_steps:
      - fetch_data # must be there
    handler_class: OurTask::OrderProcess::ProcessDatumStepHandler
    custom_events:
      - name: data.processed
        description: Fired when data has been processed
      - name: data.validation_failed
  - name: complete_task
    depends_on_step: process_data
    handler_class: OurTask::OrderProcess::CompleteTaskStepHandler
environments:
  development:
    step_templates:
      - name: fetch_data
        handler_config:
          url: http://localhost:3000/api
          params:
            debug: true
  test:
    step_templates:
      - name: fetch_data
        handler_config:
          url: http://localhost:3000/test
  production:
    step_templates:
      - name: fetch_data
        handler_config:
          url: https://api.production.example.com/data
`;

/** Keys of the guides that Rails Tasker never read. */
export const MONITORED_CHECKOUT = `name: monitored_checkout
namespace_name: blog_examples
version: 1.0
task_handler_class: BlogExamples::Post05::MonitoredCheckoutHandler
business_metrics:
  track_revenue: true
monitoring: { critical_workflow: true, sla_seconds: 45 }
custom_events:
  - name: revenue_tracked
  - { name: checkout.paid, severity: high }
step_templates:
  - name: validate_cart
    handler_class: BlogExamples::Post05::StepHandlers::ValidateCartHandler
    default_retry_limit: 0
    team: checkout
    handler_config: { timeout_seconds: 10, retry_backoff: exponential, gateway: "\${GATEWAY}" }
  - name: process_payment
    depends_on_step: validate_cart
    handler_class: BlogExamples::Post05::StepHandlers::ProcessPaymentHandler
    handler_config: { timeout_seconds: "30", retry_backoff: fibonacci, url: "<%= ENV['PAY_URL'] %>" }
`;
