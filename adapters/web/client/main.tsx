import './styles/base.css';
import './styles/layout.css';
import './styles/message.css';
import './styles/card.css';
import './styles/form.css';
import './styles/setup.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app.tsx';

// zod compiles schemas with `new Function` where it may; the page's policy forbids that, and says so aloud.
z.config({ jitless: true });

const place = document.getElementById('app');
if (place) createRoot(place).render(<App />);
