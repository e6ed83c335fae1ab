// The icon of a page; always beside its word, or with it as its name.

import {
  BarChart3, Cable, Cpu, FileKey2, Grid3X3, LayoutDashboard, type LucideIcon, ListTree, MessagesSquare, Monitor, Package, Plug, Radio, ScrollText,
  Settings, ShieldAlert, Siren, Syringe,
} from "lucide-react";
import type { Address } from "../state/pages";

const ICONS: Record<Address, LucideIcon> = {
  "/": LayoutDashboard,
  "/live": Radio,
  "/sessions": MessagesSquare,
  "/incidents": ShieldAlert,
  "/alerts": Siren,
  "/proc": ListTree,
  "/files": FileKey2,
  "/net": Cable,
  "/inj": Syringe,
  "/mcp": Plug,
  "/pkg": Package,
  "/policies": ScrollText,
  "/analytics": BarChart3,
  "/coverage": Grid3X3,
  "/system": Cpu,
  "/fleet": Monitor,
  "/settings": Settings,
};

export function PageIcon({ to }: { to: Address }) {
  const Icon = ICONS[to];
  return <Icon aria-hidden />;
}
