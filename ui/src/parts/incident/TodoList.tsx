// What to do, the most urgent first. A command is run in a terminal: agents can't, and no page can.

import type { Todo } from "../../api/types";
import { CommandLine } from "../CommandLine";

export function TodoList({ todos }: { todos: readonly Todo[] }) {
  return (
    <ol className="todos">
      {todos.map((todo) => (
        <li key={`${todo.what} ${todo.with}`}>
          <b>{todo.what}</b>
          <span className="faint cut-anywhere">{todo.with}</span>
          {todo.command !== null && <CommandLine command={todo.command} />}
        </li>
      ))}
    </ol>
  );
}
