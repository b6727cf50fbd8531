import { pick } from './hash.ts';
import type { Random } from './timing.ts';

const SUPPORT = [
  'My parcel says delivered, but nothing arrived. What should I do now?',
  'Please help: I was charged twice for the same subscription this month.',
  'How do I change the email address of my account?',
  'The app closes whenever I open the camera. I already reinstalled it.',
  'Can I return shoes that I wore once, indoors?',
  'I forgot my password and the reset mail never comes.',
  'Is there a discount for students on the yearly plan?',
  'The invoice shows our old company name. Can you correct it?',
] as const;

const CLASSIFY = [
  'I want my money back, the blender broke after two days.',
  'Where is my order 4711? It should be here since Monday.',
  'Your new dashboard is wonderful, thank you!',
  'Please delete my account and all my data.',
  'The driver left the package in the rain.',
  'I cannot log in since the update.',
] as const;

const CONTRACT = [
  'Review this clause: "The supplier may change prices at any time without notice." What is the risk?',
  'Does this limitation of liability exclude gross negligence: "Liability is limited to the annual fee"?',
  'Summarise the termination rights in: "Either party may terminate with 90 days notice to year end."',
  'Check this confidentiality clause for a missing end date: "Obligations survive termination."',
] as const;

/** What a flow is asked, by what its name says it is for. */
export function trafficPrompt(flow: string, random: Random): string {
  const seed = Math.floor(random() * 2 ** 20);
  if (flow.includes('classif')) {
    return `Classify the message. Labels: refund, delivery, praise, account, other.\nMessage: ${pick(CLASSIFY, seed)}`;
  }
  if (flow.includes('contract') || flow.includes('review')) return pick(CONTRACT, seed);
  return pick(SUPPORT, seed);
}

/** One request in ten of a support chat is about something that matters. */
export function trafficStakes(flow: string, random: Random): 'high' | null {
  return flow.includes('support') && random() < 0.1 ? 'high' : null;
}
