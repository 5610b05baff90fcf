import { provideZonelessChangeDetection } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { ChatComponent } from './chat.component'

bootstrapApplication(ChatComponent, { providers: [provideZonelessChangeDetection()] })
