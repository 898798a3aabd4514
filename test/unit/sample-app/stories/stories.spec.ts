import { describe, expect, it } from '@jest/globals';
import { priceCart } from '../../../../sample-app/ecommerce/cart.pricing.js';
import { CHECKOUT_STORIES } from '../../../../sample-app/stories/checkout.stories.js';
import { CRASH_STORIES } from '../../../../sample-app/stories/crash.stories.js';
import { STEPS } from '../../../../sample-app/stories/order.story.js';

const STORIES = [...CHECKOUT_STORIES, ...CRASH_STORIES];

describe.each(STORIES.map((story) => [story.title, story] as const))('the story "%s"', (_, story) => {
  const lines = story.order.cart_items!.map(({ price, quantity }) => ({ price: price!, quantity: quantity! }));
  const total = priceCart(lines).total.toFixed(2);

  it('expects the total that its cart costs', () => {
    if (story.expected.total !== null) expect(story.expected.total).toBe(total);
  });

  it('agrees on that total, unless that is what goes wrong', () => {
    const agrees = story.order.payment_info!.amount!.toFixed(2) === total;
    expect(agrees).toBe(!story.expected.failure?.includes('PAYMENT_AMOUNT_MISMATCH'));
  });

  it('expects attempts for each step', () => {
    expect(story.expected.attempts).toHaveLength(STEPS.length);
  });
});

it('no two stories have the same title', () => {
  expect(new Set(STORIES.map(({ title }) => title)).size).toBe(STORIES.length);
});
